package org.raptiformica.agent;

import org.raptiformica.agent.hook.NodeHooks;
import org.raptiformica.agent.module.ModuleFiles;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.replica.Following;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.SharedChanges;
import org.raptiformica.agent.store.Announced;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.consensus.SharedConfig;

/**
 * What an agent is put together from. Its features get of it what they need.
 *
 * @param program the id of the program that runs
 * @param node the node itself
 * @param cache where the node keeps what it knows
 * @param replica the shared config as this node knows it
 * @param store the shared config in Consul
 * @param following keeps the replica as the store says
 * @param changes the way into the store
 * @param announced who the servers are, as gossip tells it
 * @param modules the files of the modules, here and in Consul
 * @param hooks fires the hooks of this node
 */
record Parts(
        String program,
        Node node,
        CacheDirectory cache,
        Replica replica,
        SharedConfig store,
        Following following,
        SharedChanges changes,
        Announced announced,
        ModuleFiles modules,
        NodeHooks hooks) {}
