/**
 * Who is a server of the store: agents elect one of them, which decides, and each makes its own node what it was told to
 * be.
 */
@NullMarked
package org.raptiformica.agent.role;

import org.jspecify.annotations.NullMarked;
