/**
 * The daemon on a node: it keeps mesh and store in the state that the shared config asks for, and answers clients on a
 * UNIX socket.
 */
@NullMarked
package org.raptiformica.agent;

import org.jspecify.annotations.NullMarked;
