/**
 * The daemon on a node: it keeps mesh and store in the state that the shared config asks for, and answers clients on a
 * UNIX socket. Here it is put together, looked after and asked; what it does is in the packages below this one, a package
 * a feature.
 */
@NullMarked
package org.raptiformica.agent;

import org.jspecify.annotations.NullMarked;
