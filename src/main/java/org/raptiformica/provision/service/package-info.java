/** Keeping a node's processes running: by systemd where it runs, else by ourselves. */
@NullMarked
package org.raptiformica.provision.service;

import org.jspecify.annotations.NullMarked;
