package org.raptiformica.it;

/** What can happen to a cluster. */
enum ChaosFault {
    KILL_AGENT("the agent of a node is killed", Reach.PROCESS),
    KILL_MESH("the mesh engine of a node is killed", Reach.PROCESS),
    KILL_STORE("Consul of a node is killed", Reach.PROCESS),
    STOP_AGENT("the agent of a node hangs", Reach.PROCESS),
    STOP_MESH("the mesh engine of a node hangs", Reach.PROCESS),
    STOP_STORE("Consul of a node hangs", Reach.PROCESS),
    NO_MEMORY_AGENT("memory runs out, the kernel ends the agent", Reach.PROCESS),
    NO_MEMORY_STORE("memory runs out, the kernel ends Consul", Reach.PROCESS),
    FULL_STORE_DISK("the disk of Consul's data is full", Reach.PROCESS),
    FULL_AGENT_DISK("the disk of the agent's files and logs is full", Reach.PROCESS),
    NEW_ADDRESS("a node gets another address", Reach.PROCESS),
    STAND_STILL("a node stands still", Reach.MACHINE),
    REBOOT("a node loses power and comes back", Reach.MACHINE),
    REBOOT_SEVERAL("several nodes lose power at once and come back", Reach.SOME),
    PARTITION("the network splits in two", Reach.SOME),
    POWER_CUT("all nodes lose power at once and come back", Reach.ALL),
    KILL_ALL("all processes of all nodes are killed at once", Reach.ALL);

    /** Whom it befalls. */
    enum Reach {
        /** Something of one node, which can be worked on meanwhile. */
        PROCESS,
        /** One node. */
        MACHINE,
        /** Several nodes, but not all. */
        SOME,
        /** All nodes. */
        ALL
    }

    private final String words;
    private final Reach reach;

    ChaosFault(String words, Reach reach) {
        this.words = words;
        this.reach = reach;
    }

    Reach reach() {
        return reach;
    }

    String words() {
        return words;
    }
}
