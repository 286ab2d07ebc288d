package org.raptiformica.cluster.journey;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.raptiformica.failure.Failure;

/**
 * What became of one machine.
 *
 * @param machine its address, or the instance's name when it never had one
 * @param name its host name, empty when it was not learned
 * @param meshAddress its address in the mesh, absent when it is no node
 * @param checkout the directory that the instance is bound to, for machines that a compute type booted
 * @param time how long it all took
 * @param steps the steps that were begun
 * @param failure why it is not done
 */
public record MachineResult(
        String machine,
        String name,
        Optional<String> meshAddress,
        Optional<Path> checkout,
        Duration time,
        List<StepTime> steps,
        Optional<Failure> failure) {

    /** The result of a machine of which no more is of interest than its address. */
    public static MachineResult of(String machine, Journey journey, Optional<Failure> failure) {
        return new MachineResult(
                machine, "", Optional.empty(), Optional.empty(), journey.time(), journey.steps(), failure);
    }

    /** Whether all that was asked for is done. */
    public boolean succeeded() {
        return failure.isEmpty();
    }

    /** {@code failed}, {@code changed}, or {@code ok} where there was nothing to do. */
    public String result() {
        if (failure.isPresent()) {
            return "failed";
        }
        return steps.stream().anyMatch(step -> step.result().equals("changed")) ? "changed" : "ok";
    }

    /** The same result for an instance. */
    public MachineResult boundTo(Path directory) {
        return new MachineResult(machine, name, meshAddress, Optional.of(directory), time, steps, failure);
    }

    /** The result as a JSON object, times in seconds. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("machine", machine);
        json.addProperty("name", name);
        json.addProperty("result", result());
        meshAddress.ifPresent(address -> json.addProperty("meshAddress", address));
        checkout.ifPresent(directory -> json.addProperty("checkout", directory.toString()));
        json.addProperty("seconds", time.toMillis() / 1000.0);
        JsonArray list = new JsonArray();
        steps.forEach(step -> list.add(step.toJson()));
        json.add("steps", list);
        failure.ifPresent(reason -> json.addProperty("failure", reason.message()));
        return json;
    }
}
