/**
 * A thin client for Consul's HTTP API, version 1: a library of its own that knows nothing of the rest of the program
 * and needs Gson alone. {@link org.raptiformica.consul.ConsulClient} is the door.
 */
@NullMarked
package org.raptiformica.consul;

import org.jspecify.annotations.NullMarked;
