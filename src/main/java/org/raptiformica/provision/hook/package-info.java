/** What modules want to have run when something happens. */
@NullMarked
package org.raptiformica.provision.hook;

import org.jspecify.annotations.NullMarked;
