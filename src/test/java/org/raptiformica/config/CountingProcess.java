package org.raptiformica.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another process that changes the same cache: adds one to a number, many times. */
final class CountingProcess {

    static final String KEY = "raptiformica/count";

    private CountingProcess() {}

    static Process start(CacheDirectory directory, int times) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CountingProcess.class.getName(),
                        directory.root().toString(),
                        Integer.toString(times)))
                .inheritIO()
                .start();
    }

    static void count(ConfigCache cache, int times) {
        for (int time = 0; time < times; time++) {
            cache.update(mapping -> mapping.with(
                    KEY, Integer.toString(Integer.parseInt(mapping.get(KEY).orElseThrow()) + 1)));
        }
    }

    public static void main(String... arguments) {
        count(new ConfigCache(new CacheDirectory(Path.of(arguments[0]))), Integer.parseInt(arguments[1]));
    }
}
