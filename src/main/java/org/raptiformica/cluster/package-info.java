/** What a person asks for, one class a use case. */
@NullMarked
package org.raptiformica.cluster;

import org.jspecify.annotations.NullMarked;
