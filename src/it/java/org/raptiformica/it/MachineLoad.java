package org.raptiformica.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the processes of a machine have spent and hold, at one moment.
 *
 * @param processors seconds of a processor that all that ever ran there has spent
 * @param processes those that run now
 */
record MachineLoad(double processors, List<Running> processes) {

    private static final double TICKS = 100;
    private static final double KILOBYTES = 1024;

    /**
     * One process.
     *
     * @param own seconds of a processor that it has spent
     * @param children what those that it started and saw end have spent
     * @param megabytes resident
     */
    record Running(String name, double own, double children, double megabytes) {}

    static MachineLoad of(LanMachine machine) {
        try {
            long nanos = Long.parseLong(
                    Files.readString(Path.of("/sys/fs/cgroup/cpuacct/docker", machine.id(), "cpuacct.usage"))
                            .strip());
            return new MachineLoad(
                    nanos / 1e9,
                    Files.readAllLines(Path.of("/sys/fs/cgroup/cpuacct/docker", machine.id(), "cgroup.procs")).stream()
                            .map(MachineLoad::process)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Running process(String id) {
        Path place = Path.of("/proc", id);
        try {
            String stat = Files.readString(place.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new Running(
                    name(stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')), place),
                    (number(fields[11]) + number(fields[12])) / TICKS,
                    (number(fields[13]) + number(fields[14])) / TICKS,
                    resident(place));
        } catch (IOException ended) {
            return new Running("ended", 0, 0, 0);
        }
    }

    private static String name(String told, Path place) throws IOException {
        boolean agent = told.equals("java")
                && Files.readString(place.resolve("cmdline")).contains("\0agent\0");
        return agent ? "raptiformica" : told;
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private static double resident(Path place) throws IOException {
        return Files.readAllLines(place.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToDouble(line -> number(line.replaceAll("\\D", "")) / KILOBYTES)
                .sum();
    }

    /** What was spent between two moments, on those machines that were there both times. */
    static double spent(Map<String, MachineLoad> before, Map<String, MachineLoad> after) {
        return before.entrySet().stream()
                .mapToDouble(it -> Math.max(
                        0, after.getOrDefault(it.getKey(), it.getValue()).processors - it.getValue().processors))
                .sum();
    }

    /** The same, of processes of that name alone. */
    static double spent(Map<String, MachineLoad> before, Map<String, MachineLoad> after, String name) {
        return byName(before, after).getOrDefault(name, 0.0);
    }

    /** The same, name by name; what the ended children of a process have spent is told of as {@code NAME's children}. */
    static Map<String, Double> byName(Map<String, MachineLoad> before, Map<String, MachineLoad> after) {
        Map<String, Double> spent = new TreeMap<>();
        after.forEach((machine, load) -> {
            MachineLoad earlier = before.getOrDefault(machine, load);
            load.processes.forEach(it -> add(spent, it, 1));
            earlier.processes.forEach(it -> add(spent, it, -1));
        });
        spent.replaceAll((_, seconds) -> Math.round(seconds * 100) / 100.0);
        return spent;
    }

    private static void add(Map<String, Double> spent, Running process, int sign) {
        spent.merge(process.name(), sign * process.own(), Double::sum);
        spent.merge(process.name() + "'s children", sign * process.children(), Double::sum);
    }

    /** The median over the machines. */
    static double residentMedian(Map<String, MachineLoad> load, String name) {
        List<Double> sorted = load.values().stream()
                .flatMap(it -> it.processes.stream())
                .filter(process -> process.name().equals(name))
                .map(Running::megabytes)
                .sorted()
                .toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
