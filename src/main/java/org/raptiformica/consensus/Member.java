package org.raptiformica.consensus;

import org.raptiformica.consul.AgentMember;

/**
 * A node as Consul sees it.
 *
 * @param node its name, which is its mesh address
 * @param address bare
 * @param build Consul's version, such as {@code 1.8.7}
 */
public record Member(
        String node, String address, int port, Status status, Type type, String build, int protocol, String dc) {

    /** How it stands with a member. */
    public enum Status {
        ALIVE,
        FAILED,
        LEFT,
        LEAVING,
        NONE
    }

    /** What its Consul is. */
    public enum Type {
        SERVER,
        CLIENT
    }

    static Member of(AgentMember member) {
        return new Member(
                member.name(),
                member.address(),
                member.port(),
                status(member.status()),
                member.server() ? Type.SERVER : Type.CLIENT,
                member.tags().getOrDefault("build", "").split(":", 2)[0],
                member.protocol(),
                member.tags().getOrDefault("dc", ""));
    }

    private static Status status(AgentMember.MemberStatus status) {
        return switch (status) {
            case ALIVE -> Status.ALIVE;
            case FAILED -> Status.FAILED;
            case LEFT -> Status.LEFT;
            case LEAVING -> Status.LEAVING;
            case NONE -> Status.NONE;
        };
    }

    /** Whether it answers. */
    public boolean alive() {
        return status == Status.ALIVE;
    }

    /** Whether it answers, and keeps a copy of the store or is about to. */
    public boolean serves() {
        return alive() && type == Type.SERVER;
    }

    /** {@code [v6]:port}. */
    public String bracketedAddress() {
        return GossipAddress.text(address, port);
    }
}
