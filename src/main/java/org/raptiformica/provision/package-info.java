/**
 * Getting a machine ready: looking at it, sending it what it lacks, provisioning its server type, and keeping its
 * processes running. Each step looks first, so that all of it can be run twice.
 */
@NullMarked
package org.raptiformica.provision;

import org.jspecify.annotations.NullMarked;
