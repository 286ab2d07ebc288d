package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Modules;
import org.raptiformica.host.LocalHost;

/**
 * The engines and the store that the tests run: obtained as the program itself obtains them, by its own module files, and
 * kept where the clients of all tests have their artifacts.
 */
public final class RealBinary {

    /** Shared by the clients of all tests. */
    public static final Path ARTIFACTS = Path.of("target/it-artifacts").toAbsolutePath();

    private RealBinary() {}

    /** A tool for this machine, {@code consul} or {@code yggdrasil}, fetched where no test has fetched it yet. */
    public static Path of(String tool) {
        CacheDirectory cache = new CacheDirectory(Path.of("target/it-client").toAbsolutePath());
        try {
            Files.createDirectories(ARTIFACTS);
            Files.createDirectories(cache.root());
            Files.createSymbolicLink(cache.artifacts(), ARTIFACTS);
        } catch (FileAlreadyExistsException linked) {
            // By a test before this one.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ArtifactCatalogue catalogue =
                new ArtifactCatalogue(Modules.load(List.of(Path.of("modules"))).mapping());
        return new ArtifactStore(cache, new LocalHost())
                .obtain(catalogue.describe(tool, Platforms.own()), Progress.SILENT)
                .file();
    }
}
