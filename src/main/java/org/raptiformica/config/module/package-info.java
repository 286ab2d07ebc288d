/** Modules as a person deals with them: where they come from, what they bring, installing, removing, checking them. */
@NullMarked
package org.raptiformica.config.module;

import org.jspecify.annotations.NullMarked;
