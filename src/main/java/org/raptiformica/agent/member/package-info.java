/**
 * Who is a member: this node joins the others again and again, sees by gossip who of them is there, and notices who comes
 * and goes.
 */
@NullMarked
package org.raptiformica.agent.member;

import org.jspecify.annotations.NullMarked;
