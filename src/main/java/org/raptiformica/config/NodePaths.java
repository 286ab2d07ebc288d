package org.raptiformica.config;

import java.nio.file.Path;

/**
 * Where things are on a node: paths only, nothing is made by asking for one.
 *
 * @param root {@code /} on a node; a test's directory in a test
 */
public record NodePaths(Path root) {

    /** The places on the machine that runs this program. */
    public static NodePaths ofThisMachine() {
        return new NodePaths(Path.of("/"));
    }

    /** The program: a link to one of {@link #programs()}, switched atomically. */
    public Path program() {
        return source("raptiformica");
    }

    /** The uploaded programs, each below its id, 16 hex digits. */
    public Path programs() {
        return root.resolve("usr/lib/raptiformica");
    }

    /** Where the source of a server type's provisioner is checked out. */
    public Path source(String name) {
        return root.resolve("usr/etc").resolve(name);
    }

    public CacheDirectory cache() {
        return new CacheDirectory(root.resolve("root").resolve(CacheDirectory.DEFAULT_NAME));
    }

    /** Consul reads every file in it. */
    public Path consulConfigDirectory() {
        return root.resolve("etc/consul.d");
    }

    /** Our part of Consul's configuration, with the gossip key: mode 0600. */
    public Path consulConfig() {
        return consulConfigDirectory().resolve("raptiformica.json");
    }

    public Path consulData() {
        return root.resolve("opt/consul");
    }

    /** Old copies of the store, moved away from where Consul would use them. */
    public Path consulAside() {
        return root.resolve("opt/consul-aside");
    }

    /** Mode 0600: it holds the node's private key. */
    public Path yggdrasilConfig() {
        return root.resolve("etc/raptiformica/yggdrasil.conf");
    }

    /** Mode 0600: it holds the node's private key. */
    public Path cjdnsConfig() {
        return root.resolve("etc/cjdroute.conf");
    }

    /** What this machine was told to be, as a node. */
    public Path nodeRecord() {
        return root.resolve("etc/raptiformica/node.json");
    }

    /** Which nodes were the servers of the store when it last had a leader. */
    public Path knownServers() {
        return root.resolve("etc/raptiformica/servers.json");
    }

    /** At which addresses this node has reached the others. */
    public Path learnedPaths() {
        return root.resolve("etc/raptiformica/paths.json");
    }

    /** A command that people call by name. */
    public Path command(String name) {
        return root.resolve("usr/local/bin").resolve(name);
    }

    public Path run() {
        return root.resolve("run/raptiformica");
    }

    public Path agentSocket() {
        return run().resolve("agent.sock");
    }

    /** Its content changes while the agent answers. */
    public Path pulse() {
        return run().resolve("agent.pulse");
    }

    public Path yggdrasilSocket() {
        return run().resolve("yggdrasil.sock");
    }

    public Path pid(String service) {
        return run().resolve(service + ".pid");
    }

    public Path logs() {
        return root.resolve("var/log/raptiformica");
    }

    public Path log(String service) {
        return logs().resolve(service + ".log");
    }
}
