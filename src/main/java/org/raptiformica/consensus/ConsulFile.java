package org.raptiformica.consensus;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** The content of our configuration file, with the reasons for each choice. */
final class ConsulFile {

    private static final String LOOPBACK = "127.0.0.1";

    private ConsulFile() {}

    static JsonObject json(ConsulSettings settings) {
        JsonObject json = new JsonObject();
        json.addProperty("datacenter", "raptiformica");
        json.addProperty("data_dir", settings.dataDirectory().toString());
        identity(json, settings);
        role(json, settings);
        joining(json, settings);
        leaving(json);
        json.add("ports", ports(settings.ports()));
        json.add("gossip_lan", gossip());
        json.addProperty("disable_update_check", true);
        // To standard output, which the supervision keeps and rotates: Consul's own log_file would get the same again,
        // in
        // files that each start names anew.
        json.addProperty("log_level", "INFO");
        return json;
    }

    /** The mesh address is the only one that others reach; the API answers this machine alone. */
    private static void identity(JsonObject json, ConsulSettings settings) {
        json.addProperty("node_name", settings.meshAddress());
        json.addProperty("bind_addr", settings.meshAddress());
        json.addProperty("advertise_addr", settings.meshAddress());
        json.addProperty("client_addr", LOOPBACK);
        json.addProperty("encrypt", settings.gossipKey());
        // Else the first key would be kept in the data directory, and a new one in this file be ignored.
        json.addProperty("disable_keyring_file", true);
    }

    private static void role(JsonObject json, ConsulSettings settings) {
        json.addProperty("server", settings.role().server());
        if (settings.role() == ConsulRole.FOUNDER) {
            json.addProperty("bootstrap_expect", 1);
        }
        JsonObject performance = new JsonObject();
        // The default of 5 is for the smallest of cloud machines: a leader would be missed only after 5 to 10 s.
        performance.addProperty("raft_multiplier", 1);
        json.add("performance", performance);
        if (settings.role().server()) {
            json.add("autopilot", autopilot());
        }
    }

    /** Taken at the very first start of a cluster; later it is changed through the API only. */
    private static JsonObject autopilot() {
        JsonObject json = new JsonObject();
        // Default 10 s; the set of servers is changed one by one, so each second counts several times.
        json.addProperty("server_stabilization_time", "2s");
        // The elected agent alone changes the set: a server that only restarts must not lose its vote meanwhile.
        json.addProperty("cleanup_dead_servers", false);
        return json;
    }

    /**
     * Each address twice, so that whoever answers is joined twice. A node that comes back is still dead for the others
     * and says that it is not; where its name is its address, as here, Consul's gossip (memberlist, at least up to 0.6)
     * can lose that word: it queues it under the address and other news under the name, and replacing the only entry of
     * the queue makes it hand out the same place again. The second join then carries it, 15 s earlier than anything else.
     */
    private static void joining(JsonObject json, ConsulSettings settings) {
        JsonArray join = ConsulConfig.texts(settings.join());
        join.addAll(join.deepCopy());
        json.add("retry_join", join);
        json.addProperty("retry_interval", "2s");
        json.addProperty("rejoin_after_leave", true);
    }

    /**
     * A process that is stopped, by whichever signal, has not left: an upgrade or a restart must neither shrink the set
     * of servers nor tell the cluster of a departure. Who leaves for good is told to through the API.
     */
    private static void leaving(JsonObject json) {
        json.addProperty("leave_on_terminate", false);
        json.addProperty("skip_leave_on_interrupt", true);
        // How long a member that failed is remembered and tried again; Consul's default, longer than a weekend.
        json.addProperty("reconnect_timeout", "72h");
    }

    private static JsonObject ports(ConsulPorts ports) {
        JsonObject json = new JsonObject();
        json.addProperty("server", ports.server());
        json.addProperty("serf_lan", ports.gossip());
        json.addProperty("http", ports.http());
        json.addProperty("dns", ports.dns());
        json.addProperty("serf_wan", -1);
        json.addProperty("https", -1);
        json.addProperty("grpc", -1);
        return json;
    }

    /**
     * Somewhat more probes than usual, and no confirmation of a suspicion in place of two, so that a dead node is known within 5 s
     * (by Consul's defaults 6 s with three nodes, more with more). Not more probes than that: each wakes the mesh engines on its
     * way as well, and is most of what an idle node's CPU does. The probe's 400 ms hold a round trip on one continent over two or
     * three hops of the mesh; a probe that is late is repeated through three others and over TCP before anyone is suspected, who
     * has some time to say that it lives; and a node that notices that itself is slow waits up to eight times longer.
     */
    private static JsonObject gossip() {
        JsonObject json = new JsonObject();
        json.addProperty("probe_interval", "700ms");
        json.addProperty("probe_timeout", "400ms");
        json.addProperty("suspicion_mult", 2);
        json.addProperty("gossip_interval", "200ms");
        return json;
    }
}
