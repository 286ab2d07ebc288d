package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.raptiformica.cluster.entering.Artifacts;
import org.raptiformica.provision.artifact.StoredArtifact;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code artifact}: the binaries that this client has for nodes; {@code artifact add TOOL FILE} gives it one. */
final class ArtifactVerb implements Verb {

    private static final List<String> HEADER = List.of("Tool", "Platform", "MB", "SHA-256", "File");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "artifact",
                "Lists the binaries that this client has for nodes, or keeps one that you give: it is checked, and every"
                        + " machine that is slaved or updated from now on gets it.",
                "raptiformica artifact",
                "raptiformica artifact list --output json",
                "raptiformica artifact add cjdroute /usr/bin/cjdroute");
        spec.addPositional(Options.argument("list|add TOOL FILE", "0..*", "What to do (default: list)."));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> words = arguments.matchedPositionals().stream()
                .flatMap(positional -> positional.originalStringValues().stream())
                .toList();
        if (words.isEmpty() || words.equals(List.of("list"))) {
            print(session.artifacts().list(), session);
            return ExitCode.OK.number();
        }
        if (!words.getFirst().equals("add") || words.size() != 3) {
            throw new ParameterException(
                    arguments.commandSpec().commandLine(), "give `list`, or `add`, a tool and the file of its program");
        }
        Artifacts artifacts = session.artifacts();
        print(List.of(artifacts.add(words.get(1), Path.of(words.get(2)).toAbsolutePath())), session);
        return ExitCode.OK.number();
    }

    private static void print(List<StoredArtifact> artifacts, Session session) {
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            artifacts.forEach(artifact -> list.add(json(artifact)));
            session.console().json(list);
        } else {
            session.console()
                    .table(HEADER, artifacts.stream().map(ArtifactVerb::row).toList());
        }
    }

    private static List<String> row(StoredArtifact artifact) {
        return List.of(
                artifact.tool(),
                platform(artifact),
                String.format(Locale.ROOT, "%.1f", bytes(artifact) / 1e6),
                artifact.sha256(),
                artifact.file().toString());
    }

    private static JsonObject json(StoredArtifact artifact) {
        JsonObject json = new JsonObject();
        json.addProperty("tool", artifact.tool());
        json.addProperty("platform", platform(artifact));
        json.addProperty("bytes", bytes(artifact));
        json.addProperty("sha256", artifact.sha256());
        json.addProperty("file", artifact.file().toString());
        return json;
    }

    private static String platform(StoredArtifact artifact) {
        return "linux-" + artifact.machine();
    }

    private static long bytes(StoredArtifact artifact) {
        try {
            return Files.size(artifact.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
