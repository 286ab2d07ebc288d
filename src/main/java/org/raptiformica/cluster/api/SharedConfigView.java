package org.raptiformica.cluster.api;

import org.raptiformica.config.Mapping;

/**
 * The shared config and where it was read.
 *
 * @param mapping all of it
 * @param fromStore false when it is a replica that may be old, because the store has no leader
 */
public record SharedConfigView(Mapping mapping, boolean fromStore) {}
