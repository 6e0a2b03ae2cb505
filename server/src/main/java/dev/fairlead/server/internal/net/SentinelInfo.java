package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.sentinel.SentinelState;
import dev.fairlead.server.internal.sentinel.SimulatedFailure;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** The text of a Sentinel's INFO. */
final class SentinelInfo {
    /** The version of Redis whose Sentinel this one answers as. */
    static final String VERSION = "7.0.15";

    private final SentinelState state;
    private final SentinelClients clients;
    private final SentinelScripts scripts;
    private final IntSupplier port;

    SentinelInfo(SentinelState state, SentinelClients clients, SentinelScripts scripts, IntSupplier port) {
        this.state = state;
        this.clients = clients;
        this.scripts = scripts;
        this.port = port;
    }

    /** @param sections those asked for; none: all */
    String text(List<String> sections) {
        List<String> asked =
                sections.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        boolean all =
                asked.isEmpty() || asked.contains("all") || asked.contains("default") || asked.contains("everything");
        StringBuilder out = new StringBuilder();
        if (all || asked.contains("server")) {
            section(out, "# Server");
            line(out, "redis_version", VERSION);
            line(out, "redis_mode", "sentinel");
            line(out, "process_id", ProcessHandle.current().pid());
            line(out, "run_id", state.myId());
            line(out, "tcp_port", port.getAsInt());
        }
        if (all || asked.contains("clients")) {
            section(out, "# Clients");
            line(out, "connected_clients", clients.count());
        }
        if (all || asked.contains("sentinel")) {
            sentinel(out);
        }
        return out.toString();
    }

    private void sentinel(StringBuilder out) {
        List<String> names = state.masterNames();
        section(out, "# Sentinel");
        line(out, "sentinel_masters", names.size());
        line(out, "sentinel_tilt", state.tilted() ? 1 : 0);
        line(out, "sentinel_tilt_since_seconds", state.tiltSeconds(SentinelLinks.nowMillis()));
        line(out, "sentinel_running_scripts", scripts.running());
        line(out, "sentinel_scripts_queue_length", scripts.jobs().size());
        int failures = (state.simulates(SimulatedFailure.CRASH_AFTER_ELECTION) ? 1 : 0)
                + (state.simulates(SimulatedFailure.CRASH_AFTER_PROMOTION) ? 2 : 0);
        line(out, "sentinel_simulate_failure_flags", failures);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Map<String, String> master =
                    state.describeMaster(name, SentinelLinks.nowMillis()).orElseThrow();
            line(
                    out,
                    "master" + i,
                    "name=" + name + ",status=" + state.status(name) + ",address=" + master.get("ip") + ":"
                            + master.get("port") + ",slaves=" + master.get("num-slaves") + ",sentinels="
                            + (Integer.parseInt(master.get("num-other-sentinels")) + 1));
        }
    }

    private static void section(StringBuilder out, String title) {
        out.append(out.isEmpty() ? "" : "\r\n").append(title).append("\r\n");
    }

    private static void line(StringBuilder out, String name, Object value) {
        out.append(name).append(':').append(value).append("\r\n");
    }
}
