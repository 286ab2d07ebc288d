package org.raptiformica.agent.mesh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;

/** A mesh engine that only remembers what it was told. */
public final class MemoryEngine implements MeshEngine {

    final List<String> told = new ArrayList<>();
    final List<Peer> links = new ArrayList<>();
    final Set<String> refused = new HashSet<>();
    MeshStatus status = new MeshStatus.Running("0.5.12", identity("200::1"), 0);
    boolean configChanges;
    private MeshIdentity identity = identity("200::1");
    private String interfaceName = MeshSettings.DEFAULT_INTERFACE;

    private static MeshIdentity identity(String address) {
        return new MeshIdentity("00", (Inet6Address) InetAddress.ofLiteral(address));
    }

    /** Has this interface, which may be one that the test's own machine has, and this address. */
    public void isOn(String device, String address) {
        interfaceName = device;
        identity = identity(address);
    }

    /** A link that this node dialled. */
    static Peer link(PeerAddress to, boolean up) {
        return new Peer(
                up ? Optional.of(to.publicKey()) : Optional.empty(),
                Optional.empty(),
                to.endpoint(),
                up,
                false,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty());
    }

    @Override
    public EngineKind kind() {
        return EngineKind.YGGDRASIL;
    }

    @Override
    public MeshIdentity ensureIdentity() {
        return identity;
    }

    @Override
    public boolean configure(MeshSettings settings) {
        return configChanges;
    }

    @Override
    public List<String> command() {
        return List.of("/bin/sleep", "1000");
    }

    @Override
    public void endLeftovers() {}

    @Override
    public MeshStatus status() {
        return status;
    }

    @Override
    public List<Peer> peers() {
        return List.copyOf(links);
    }

    @Override
    public void addPeer(PeerAddress peer) {
        take("add", peer);
    }

    @Override
    public void removePeer(PeerAddress peer) {
        take("remove", peer);
    }

    @Override
    public void redial(PeerAddress peer) {
        take("redial", peer);
    }

    private void take(String what, PeerAddress peer) {
        if (refused.contains(peer.host())) {
            throw new EngineException.Refused("not this one");
        }
        told.add(what + " " + peer.endpoint());
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }
}
