package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What platform a binary is for. */
final class Platforms {

    private Platforms() {}

    /** The platform that this program runs on. */
    static String own() {
        String machine = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT) + "-"
                + (machine.equals("amd64") ? "x86_64" : machine);
    }

    /** The machine that an ELF binary is for, as {@code uname -m} says it (ELF header, e_machine at byte 18). */
    static Optional<String> machineOf(Path binary) throws IOException {
        byte[] header = new byte[20];
        try (InputStream in = Files.newInputStream(binary)) {
            if (in.readNBytes(header, 0, header.length) < header.length || header[0] != 0x7f || header[1] != 'E') {
                return Optional.empty();
            }
        }
        int machine = (header[18] & 0xff) | (header[19] & 0xff) << 8;
        return Optional.of(
                switch (machine) {
                    case 0x03 -> "i686";
                    case 0x3e -> "x86_64";
                    case 0x28 -> "armv7l";
                    case 0xb7 -> "aarch64";
                    case 0xf3 -> "riscv64";
                    default -> "machine " + machine;
                });
    }
}
