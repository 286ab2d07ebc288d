/**
 * The shared config as a client sees it and changes it: its copy of it, and the changes that wait for a node to take them.
 */
@NullMarked
package org.raptiformica.cluster.config;

import org.jspecify.annotations.NullMarked;
