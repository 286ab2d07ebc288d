/**
 * Finding each other on the local network when every known address is wrong: a node without any link calls by multicast,
 * and whoever hears a node of its cluster dials it where the call came from.
 */
@NullMarked
package org.raptiformica.agent.lan;

import org.jspecify.annotations.NullMarked;
