package org.raptiformica.compute;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.MachineAddress;

/**
 * What is remembered of an instance: a small JSON file beside its checkout, {@code .<id>.json}, written before anything
 * else is made and removed after everything else is gone. It holds the commands too: an instance may outlive its module.
 */
final class InstanceFile {

    private static final String ADDRESS = "address";
    private static final String BOOTING_PROCESS = "booting_process";
    private static final String BOOTING_SINCE = "booting_since";

    private final Path checkout;
    private final Path file;

    InstanceFile(Path checkout) {
        this.checkout = checkout;
        this.file = checkout.resolveSibling("." + checkout.getFileName() + ".json");
    }

    /** The checkout that a file is about, if it is such a file. */
    static Optional<Path> checkoutOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.matches("\\.[0-9a-f]{32}\\.json")
                ? Optional.of(file.resolveSibling(name.substring(1, 33)))
                : Optional.empty();
    }

    void writeBooting(Instance instance) throws IOException {
        JsonObject state = state(instance);
        state.addProperty(BOOTING_PROCESS, ProcessHandle.current().pid());
        state.addProperty(BOOTING_SINCE, started(ProcessHandle.current()));
        write(state);
    }

    void writeBooted(Instance instance) throws IOException {
        write(state(instance));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The instance as it was written; {@code fallback} gives the commands where nothing was, as by 0.1. */
    Instance read(String computeType, String serverType, Mapping fallback) {
        JsonObject state = content();
        Mapping commands = fallback;
        Optional<MachineAddress> address = Optional.empty();
        try {
            if (state.has("commands")) {
                commands = commands(state.getAsJsonObject("commands"), Keys.compute(computeType, serverType));
            }
            if (state.has(ADDRESS)) {
                address = Optional.of(MachineAddress.parse(state.get(ADDRESS).getAsString()));
            }
        } catch (Failure | ClassCastException | IllegalStateException damaged) {
            commands = fallback;
        }
        ComputeType type = ComputeType.read(commands, computeType, serverType);
        return new Instance(String.valueOf(checkout.getFileName()), type, checkout, address);
    }

    /** Whether the process that boots the instance still runs. */
    boolean isBeingBooted() {
        JsonObject state = content();
        return isBooting(state)
                && ProcessHandle.of(state.get(BOOTING_PROCESS).getAsLong())
                        .filter(ProcessHandle::isAlive)
                        .filter(process ->
                                started(process).equals(state.get(BOOTING_SINCE).getAsString()))
                        .isPresent();
    }

    /** Whether the boot never came to its end. */
    boolean isUnfinished() {
        return isBooting(content());
    }

    private static boolean isBooting(JsonObject state) {
        return state.has(BOOTING_PROCESS) && state.has(BOOTING_SINCE);
    }

    /** Tells a process from a later one with the same number. */
    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    private static Mapping commands(JsonObject written, String prefix) {
        Mapping commands = Mapping.empty();
        for (String name : written.keySet()) {
            commands = commands.with(prefix + "/" + name, written.get(name).getAsString());
        }
        return commands;
    }

    private static JsonObject state(Instance instance) {
        JsonObject commands = new JsonObject();
        ComputeType type = instance.type();
        add(commands, "get_hostname", type.getHostname());
        add(commands, "get_port", type.getPort());
        add(commands, "detect_stale_instance", type.detectStaleInstance());
        add(commands, "clean_up_instance_command", type.cleanUpInstance());
        JsonObject state = new JsonObject();
        add(state, ADDRESS, instance.address().map(MachineAddress::toString));
        state.add("commands", commands);
        return state;
    }

    private static void add(JsonObject object, String name, Optional<String> value) {
        value.ifPresent(present -> object.addProperty(name, present));
    }

    /** Empty where there is no file or it is damaged: then the modules' commands have to do. */
    private JsonObject content() {
        try {
            return Files.exists(file)
                    ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                    : new JsonObject();
        } catch (IOException | JsonParseException | IllegalStateException damaged) {
            return new JsonObject();
        }
    }

    private void write(JsonObject state) throws IOException {
        Path next = Files.createTempFile(file.toAbsolutePath().getParent(), ".instance", ".new");
        try {
            Files.writeString(next, state + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
