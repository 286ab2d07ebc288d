/**
 * What a person asks for, one class a use case. Machines come in ({@code entering}) and go ({@code leaving}); those that
 * this client boots itself are an {@code instance} from their boot to their end; {@code module} and {@code config} are what
 * the cluster is told to be; {@code reach} is about where its nodes are, {@code recovery} about what to do when its store is
 * lost. Beneath these are {@code gateway}, which gets a client into the cluster, {@code program}, what runs on this
 * machine, {@code journey}, how work on many machines is done and told, and {@code api}, the words of agents and clients.
 */
@NullMarked
package org.raptiformica.cluster;

import org.jspecify.annotations.NullMarked;
