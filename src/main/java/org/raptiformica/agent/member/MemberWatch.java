package org.raptiformica.agent.member;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consul.ConsulException;

/**
 * Looks every two seconds at the members that this node's own Consul sees. That is asked of nobody else: it is the same
 * while the store has no leader, and no later than the gossip.
 */
public final class MemberWatch {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Membership membership;
    private final Presence presence;
    private final ToldMembers view;
    private final MemberChanges changes;
    private final BiConsumer<List<JsonObject>, Map<String, String>> changed;

    /**
     * @param membership asked with little patience
     * @param presence told of every look
     * @param view what was told before this agent began
     * @param changed told of changes, and of the view with them
     * @param clock one that does not jump
     */
    public MemberWatch(
            Membership membership,
            Presence presence,
            ToldMembers view,
            BiConsumer<List<JsonObject>, Map<String, String>> changed,
            InstantSource clock) {
        this.membership = membership;
        this.presence = presence;
        this.view = view;
        this.changes = new MemberChanges(view.read(), clock);
        this.changed = changed;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException | ConsulException.Interrupted stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        List<Member> members;
        try {
            members = membership.members();
        } catch (ConsulException.Interrupted stopped) {
            throw stopped;
        } catch (ConsulException notNow) {
            // Not running, or starting: the reconcilers say so.
            return;
        }
        presence.see(members);
        boolean first = changes.view().isEmpty();
        List<JsonObject> since = changes.since(members);
        if (!since.isEmpty()) {
            changed.accept(since, changes.view());
        } else if (first) {
            view.write(changes.view());
        }
    }
}
