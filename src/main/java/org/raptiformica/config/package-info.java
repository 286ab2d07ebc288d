/**
 * What a cluster is told to be: modules and how they merge into one mapping, the keys of that mapping, the client's
 * cached copy of it, and the places on disk where all of this lives.
 */
@NullMarked
package org.raptiformica.config;

import org.jspecify.annotations.NullMarked;
