package org.raptiformica.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.raptiformica.cluster.recovery.Backup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code backup}: writes the whole store into a file. */
final class BackupVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "backup",
                "Writes the store and the shared config into a file, from this machine through any node, or on a node. The"
                        + " file holds the cluster's secrets and is for its owner only.",
                "raptiformica backup monday.tar.gz");
        spec.addPositional(Options.argument("FILE", "1", "The file to write; one that is there is replaced."));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Path file = Path.of(arguments.<String>matchedPositionalValue(0, ""));
        Backup.Done done = session.backup().save(file.toAbsolutePath());
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("file", file.toString());
            json.addProperty("keys", done.keys());
            json.addProperty("snapshotBytes", done.bytes());
            session.console().json(json);
        } else {
            session.console()
                    .say("wrote " + file + ": a shared config of " + done.keys() + " keys, a snapshot of "
                            + (done.bytes() + 1023) / 1024 + " KiB");
        }
        return ExitCode.OK.number();
    }
}
