package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;

class TunDeviceIT {

    private final LocalHost here = new LocalHost();

    @TempDir
    Path directory;

    @Test
    @DisplayName("a device that opens is left as it is")
    void there() {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "skipped: no TUN device on this machine");
        assertThat(new TunDevice(here).ensure()).isFalse();
    }

    @Test
    @DisplayName("a missing one is made, with its directory")
    void made() {
        assumeTrue(
                here.run(Command.of("id", "-u")).out().strip().equals("0"), "skipped: devices are made by root only");
        TunDevice device = new TunDevice(here, directory.resolve("net/tun"));
        assertThat(device.ensure()).isTrue();
        assertThat(device.ensure()).isFalse();
    }

    @Test
    @DisplayName("where that does not help the message names the kernel module")
    void impossible() {
        assertThatThrownBy(() -> new TunDevice(here, Path.of("/proc/raptiformica/tun")).ensure())
                .isInstanceOfSatisfying(
                        MachineUnsuitable.class,
                        unsuitable -> assertThat(unsuitable.message())
                                .contains("kernel module `tun`")
                                .contains("modprobe tun"));
    }
}
