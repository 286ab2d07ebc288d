package org.raptiformica.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What can happen to a cluster. Each kind befalls nodes that the seed chooses, and ends before the next one begins. */
enum ChaosFault {
    KILL_AGENT("the agent of a node is killed") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.signal(cluster.any(random), "agent", "KILL");
        }
    },
    KILL_MESH("the mesh engine of a node is killed") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.signal(cluster.any(random), MeshSwitch.engine().word(), "KILL");
        }
    },
    KILL_STORE("Consul of a node is killed") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.signal(cluster.any(random), "consul", "KILL");
        }
    },
    STOP_AGENT("the agent of a node hangs") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.hang(cluster.any(random), "agent");
        }
    },
    STOP_MESH("the mesh engine of a node hangs") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.hang(cluster.any(random), MeshSwitch.engine().word());
        }
    },
    STOP_STORE("Consul of a node hangs") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.hang(cluster.any(random), "consul");
        }
    },
    PAUSE_NODE("a node stands still") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            LanMachine node = cluster.any(random);
            Docker.run("pause", node.id());
            cluster.lasts();
            Docker.run("unpause", node.id());
        }
    },
    REBOOT_NODE("a node loses power and comes back") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.powerCut(List.of(cluster.any(random)));
        }
    },
    POWER_CUT("all nodes lose power at once and come back") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.powerCut(cluster.nodes());
        }
    },
    PARTITION("the network splits in two") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            List<LanMachine> shuffled = new ArrayList<>(cluster.nodes());
            Collections.shuffle(shuffled, random);
            int at = 1 + random.nextInt(shuffled.size() - 1);
            cluster.split(shuffled.subList(0, at), shuffled.subList(at, shuffled.size()));
        }
    },
    NEW_ADDRESS("a node gets another address") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.renumber(cluster.any(random));
        }
    },
    FULL_DISK("the disk of a node is full") {
        @Override
        void befall(ChaosCluster cluster, Random random) {
            cluster.fillDisk(cluster.any(random));
        }
    };

    private final String words;

    ChaosFault(String words) {
        this.words = words;
    }

    /** Does it, and ends it where it is something that lasts. */
    abstract void befall(ChaosCluster cluster, Random random);

    String words() {
        return words;
    }
}
