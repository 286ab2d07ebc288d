@NullMarked
package org.raptiformica.host;

import org.jspecify.annotations.NullMarked;
