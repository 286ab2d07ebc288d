/**
 * What an agent does for a client: one request and one answer in JSON, over the agent's UNIX socket. The client reaches
 * the socket directly on a node, and through SSH from anywhere else.
 */
@NullMarked
package org.raptiformica.cluster.api;

import org.jspecify.annotations.NullMarked;
