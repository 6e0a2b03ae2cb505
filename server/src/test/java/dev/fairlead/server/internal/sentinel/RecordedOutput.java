package dev.fairlead.server.internal.sentinel;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a machine wants done; nothing of it happens. */
class RecordedOutput implements SentinelOutput {
    final List<PeerLink> connecting = new ArrayList<>();
    final List<SentinelRequest> sent = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<List<String>> scripts = new ArrayList<>();
    boolean died;

    @Override
    public void connect(PeerLink link, LinkKind kind) {
        if (kind == LinkKind.COMMANDS) {
            connecting.add(link);
        }
    }

    @Override
    public void disconnect(PeerLink link, LinkKind kind) {}

    @Override
    public void send(PeerLink link, SentinelRequest request) {
        sent.add(request);
    }

    @Override
    public void event(String name, String payload) {
        events.add(name);
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    @Override
    public void script(List<String> command) {
        scripts.add(command);
    }

    @Override
    public void die() {
        died = true;
    }

    @Override
    public void persist() {}
}
