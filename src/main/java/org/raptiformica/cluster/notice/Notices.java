package org.raptiformica.cluster.notice;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Read;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Host;

/**
 * Tells people of the cluster in every way that is configured, in the store, so that one write configures all nodes:
 * {@code raptiformica_notifications/webhook}, {@code …/kodi}, {@code …/irc}; and on this machine's desktop where {@code
 * noti} is installed.
 */
public final class Notices {

    private static final String CONFIGURED = "raptiformica_notifications/";

    private final ConsulClient consul;
    private final Speaker speaker;
    private final Desktop desktop;

    /** Configured by this node's Consul. */
    public Notices(ConsulClient consul, Speaker speaker, Host here) {
        this.consul = consul;
        this.speaker = speaker;
        this.desktop = new Desktop(here);
    }

    /**
     * Tells of an event of the hook {@code cluster_change}: everywhere if this node is the one to speak, on its own
     * desktop in any case.
     *
     * @return where it is seen now
     * @throws StepFailed when a receiver could not be told; all others have been
     */
    public List<String> tell(JsonObject event) {
        List<Failure> failures = new ArrayList<>();
        List<String> told = new ArrayList<>();
        List<Receiver> shared = shared(failures);
        if (!shared.isEmpty()) {
            speaker.claim(event).ifPresent(text -> told.addAll(tell(shared, text, failures)));
        }
        told.addAll(tell(onDesktop(), Speaker.text(event), failures));
        return result(told, failures);
    }

    /** Shows a text of one line everywhere, whichever node this is. */
    public List<String> tell(String text) {
        List<Failure> failures = new ArrayList<>();
        List<Receiver> all = new ArrayList<>(shared(failures));
        all.addAll(onDesktop());
        return result(tell(all, text, failures), failures);
    }

    private static List<String> tell(List<Receiver> receivers, String text, List<Failure> failures) {
        List<String> told = new ArrayList<>();
        for (Receiver receiver : receivers) {
            try {
                receiver.tell("raptiformica: " + text);
                told.add(receiver.name());
            } catch (Failure failure) {
                failures.add(failure);
            }
        }
        return told;
    }

    private static List<String> result(List<String> told, List<Failure> failures) {
        if (failures.isEmpty()) {
            return told;
        }
        List<String> whys =
                failures.stream().map(why -> why.where() + ": " + why.what()).toList();
        throw new StepFailed(
                "notifications", String.join("; ", whys), failures.getFirst().remedy());
    }

    private List<Receiver> onDesktop() {
        return desktop.isThere() ? List.of(desktop) : List.of();
    }

    private List<Receiver> shared(List<Failure> failures) {
        List<Receiver> receivers = new ArrayList<>();
        configured("webhook").map(Webhook::new).ifPresent(receivers::add);
        configured("kodi").map(Kodi::new).ifPresent(receivers::add);
        try {
            configured("irc").map(Irc::parse).ifPresent(receivers::add);
        } catch (Failure unreadable) {
            failures.add(unreadable);
        }
        return receivers;
    }

    /** Also while there is no leader: that is when people want to hear something. */
    private Optional<String> configured(String receiver) {
        return consul.kv()
                .get(CONFIGURED + receiver, Read.of(Consistency.STALE))
                .value()
                .map(KeyValue::text)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
