package org.raptiformica.mesh.cjdns;

import org.raptiformica.mesh.MeshIdentity;

/** The shapes that other versions of cjdns, and raptiformica 0.1, gave to the configuration file. */
enum OtherConfig {
    /** What 0.1 made: one UDP interface, a link to a neighbour that is gone, and comments. */
    RAPTIFORMICA_01("""
            {
              // Private key:
              "privateKey": "%1$s",
              "publicKey": "%2$s",
              "ipv6": "%3$s",
              "authorizedPasswords": [ {"password": "3e5f9a1c7b2d4e6f8a0b1c2d3e4f5a6b"} ],
              "admin": { "bind": "127.0.0.1:11234", "password": "NONE" },
              "interfaces": { "UDPInterface": [ {
                "bind": "0.0.0.0:4863",
                "connectTo": { "192.0.2.9:4863": {
                  "password": "3e5f9a1c7b2d4e6f8a0b1c2d3e4f5a6b",
                  "publicKey": "x0zxrnl4mrvwdrsxhj4cuhx4tb8n028gsuuj5f0fx8lnwrjy1fd0.k" } }
              } ] },
              "router": { "interface": { "type": "TUNInterface" }, "ipTunnel": { "allowedConnections": [], "outgoingConnections": [] } },
              "security": [ { "setuser": "nobody", "keepNetAdmin": 1 }, { "chroot": "/var/run/" }, { "nofiles": 0 }, { "noforks": 1 },
                { "seccomp": 1 }, { "setupComplete": 1 } ],
              "logging": { "logTo": "stdout" },
              "noBackground": 0
            }
            """),
    /** Protocol 20: a named TUN device, beacons, an Ethernet interface. */
    PROTOCOL_20("""
            {
              "privateKey": "%1$s",
              "publicKey": "%2$s",
              "ipv6": "%3$s",
              "authorizedPasswords": [ {"password": "somebodys-password", "user": "default-login"} ],
              "admin": { "bind": "127.0.0.1:11234", "password": "NONE" },
              "interfaces": {
                "UDPInterface": [ { "bind": "0.0.0.0:23001", "connectTo": {} }, { "bind": "[::]:23001", "connectTo": {} } ],
                "ETHInterface": [ { "bind": "all", "beacon": 2, "connectTo": {} } ]
              },
              "router": { "supernodes": [], "interface": { "type": "TUNInterface", "tunDevice": "tun7" },
                "ipTunnel": { "allowedConnections": [], "outgoingConnections": [] } },
              "security": [ { "setuser": "nobody", "keepNetAdmin": 1 }, { "chroot": "/var/run/" }, { "nofiles": 0 }, { "noforks": 1 },
                { "seccomp": 1 }, { "setupComplete": 1 } ],
              "logging": {},
              "noBackground": 0,
              "pipe": "/tmp/cjdns.sock"
            }
            """),
    /** Protocol 22: a version of the file's own format, and a DNS server that older ones do not know. */
    PROTOCOL_22("""
            {
              "version": 2,
              "privateKey": "%1$s",
              "publicKey": "%2$s",
              "ipv6": "%3$s",
              "authorizedPasswords": [ {"password": "somebodys-password", "user": "default-login"} ],
              "admin": { "bind": "127.0.0.1:11234", "password": "NONE" },
              "interfaces": { "UDPInterface": [ { "bind": "0.0.0.0:23001", "dscp": 0, "beacon": 2, "beaconDevices": [ "all" ],
                "beaconPort": 64512, "connectTo": {} } ] },
              "router": { "supernodes": [], "publicPeer": "id_x.k", "interface": { "type": "TUNInterface" },
                "ipTunnel": { "allowedConnections": [], "outgoingConnections": [] } },
              "security": [ { "setuser": "nobody", "keepNetAdmin": 1 }, { "chroot": "/var/run/" }, { "nofiles": 0 }, { "noforks": 1 },
                { "seccomp": 1 }, { "setupComplete": 1 } ],
              "logging": { "logTo": "stdout" },
              "noBackground": 0,
              "pipe": "cjdroute.sock"
            }
            """);

    private final String shape;

    OtherConfig(String shape) {
        this.shape = shape;
    }

    String text(String privateKey, MeshIdentity identity) {
        return shape.formatted(
                privateKey, identity.publicKey(), identity.address().getHostAddress());
    }
}
