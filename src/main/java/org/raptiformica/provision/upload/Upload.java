package org.raptiformica.provision.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;
import org.raptiformica.provision.Inspection;
import org.raptiformica.provision.Inspector;
import org.raptiformica.provision.Script;
import org.raptiformica.provision.StepResult;
import org.raptiformica.provision.artifact.Progress;

/**
 * Sends a machine what it lacks of a payload, in one stream over one connection. The machine checks each thing and puts
 * it in place by one rename, so that an upload that broke off at any byte leaves nothing that the next one trips over.
 */
public final class Upload {

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final NodePaths paths;

    /** @param paths where things are on the machine */
    public Upload(NodePaths paths) {
        this.paths = paths;
    }

    /** What would have to be sent to a machine, one step a thing: for {@code --dry-run}. */
    public List<StepResult> plan(Payload payload, Inspection seen) {
        return payload.items().stream()
                .map(item -> has(seen, item) ? StepResult.ok(item.step()) : StepResult.changed(item.step(), "missing"))
                .toList();
    }

    /**
     * Brings a machine to have the payload.
     *
     * @param seen what was found on it just before
     * @return one step a thing
     * @throws StepFailed when the machine refuses it, or the stream was cut, in which case nothing of it is in place
     */
    public List<StepResult> deliver(Host host, Payload payload, Inspection seen, Progress progress) {
        List<Item> missing =
                payload.items().stream().filter(item -> !has(seen, item)).toList();
        List<String> notes = missing.isEmpty() ? List.of() : send(host, missing, progress);
        List<StepResult> results = new ArrayList<>(payload.items().stream()
                .map(item -> missing.contains(item)
                        ? StepResult.changed(item.step(), size(item))
                        : StepResult.ok(item.step()))
                .toList());
        notes.forEach(note -> results.add(StepResult.changed("note", note)));
        return results;
    }

    private static boolean has(Inspection seen, Item item) {
        String name = item.path().substring(item.path().lastIndexOf('/') + 1);
        return switch (item.kind()) {
            case "program" -> seen.program().filter(name::equals).isPresent();
            case "artifact" ->
                item.sha256().equals(seen.artifacts().get(item.path().substring("artifacts/".length())));
            case "config" -> seen.config().filter(item.sha256()::equals).isPresent();
            case "module" -> item.sha256().equals(seen.modules().get(name));
            case "repository" -> item.sha256().equals(seen.repositories().get(name));
            default -> false;
        };
    }

    /** What the machine noted. */
    private List<String> send(Host host, List<Item> items, Progress progress) {
        Taking taking = new Taking();
        Command receive = Command.of(
                        "sh",
                        "-c",
                        Script.text("receive.sh"),
                        "receive",
                        Inspector.root(paths.root()),
                        paths.cache().root().toString())
                .withInput(new Input.Stream(out -> write(taking.paced(out), items, progress)))
                .withLimit(LIMIT);
        Outcome outcome = host.run(receive, taking);
        if (!outcome.ok()) {
            throw new StepFailed(
                    host.name(),
                    "the upload failed: " + reason(outcome),
                    "Run the command again: nothing half-made was left there.");
        }
        return outcome.out()
                .lines()
                .filter(line -> line.startsWith("note "))
                .map(line -> line.substring("note ".length()))
                .toList();
    }

    private static String reason(Outcome outcome) {
        List<String> said =
                outcome.err().lines().filter(line -> !Taking.isOne(line)).toList();
        String refused = said.stream()
                .filter(line -> line.startsWith("failed "))
                .map(line -> line.substring("failed ".length()))
                .findFirst()
                .orElse("it exited with " + outcome.exitCode());
        String first = said.stream()
                .filter(line -> !line.startsWith("failed "))
                .findFirst()
                .map(line -> " (" + line + ")")
                .orElse("");
        return refused + first;
    }

    private static void write(OutputStream out, List<Item> items, Progress progress) throws IOException {
        long total = items.stream().mapToLong(Upload::bytes).sum();
        OutputStream counted = new CountedStream(out, done -> progress.at("upload", done, total));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(counted);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        StringBuilder manifest = new StringBuilder();
        items.forEach(item -> manifest.append(item.manifestLine()));
        byte[] text = manifest.append("end\n").toString().getBytes(StandardCharsets.UTF_8);
        tar.putArchiveEntry(entry("manifest", text.length));
        tar.write(text);
        tar.closeArchiveEntry();
        for (Item item : items) {
            tar.putArchiveEntry(entry(item.member(), bytes(item)));
            Files.copy(item.file(), tar);
            tar.closeArchiveEntry();
        }
        tar.finish();
        tar.flush();
    }

    private static TarArchiveEntry entry(String name, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0600);
        return entry;
    }

    private static long bytes(Item item) {
        try {
            return Files.size(item.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String size(Item item) {
        long bytes = bytes(item);
        return bytes < 100_000 ? "sent" : "sent %.1f MB".formatted(bytes / 1e6);
    }
}
