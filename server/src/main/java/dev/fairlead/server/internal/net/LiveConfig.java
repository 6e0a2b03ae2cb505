package dev.fairlead.server.internal.net;

import dev.fairlead.server.ServerConfig;
import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.ConfigStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration as CONFIG sees it; tells the server when something has changed. Confined to the command thread. */
final class LiveConfig implements ConfigStore {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);

    private final ServerConfig config;
    private final Listener changed;

    /** Told which directives were set. */
    interface Listener {
        /** @throws Encryption.WrongDirectiveException when the new values cannot be used; the old ones stay then */
        void changed(Set<String> names) throws Encryption.WrongDirectiveException;
    }

    LiveConfig(ServerConfig config, Listener changed) {
        this.config = config;
        this.changed = changed;
    }

    @Override
    public Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        config.names().forEach(name -> all.put(name, config.get(name)));
        return all;
    }

    @Override
    public String get(String name) {
        return config.get(name);
    }

    @Override
    public void set(Map<String, String> values) {
        Map<String, String> before = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            String name = entry.getKey();
            try {
                String old = config.get(name);
                boolean effective = config.setAtRunTime(name, entry.getValue());
                before.put(name, old);
                if (!effective) {
                    LOG.warn("CONFIG SET of '{}' is accepted and has no effect on this server", name);
                }
            } catch (IllegalArgumentException e) {
                before.forEach(config::setAtRunTime);
                throw config.get(name) == null
                        ? new CommandException("ERR " + e.getMessage())
                        : failed(name, e.getMessage());
            }
        }
        try {
            changed.changed(values.keySet());
        } catch (Encryption.WrongDirectiveException e) {
            before.forEach(config::setAtRunTime);
            throw failed(e.directive(), "Unable to update TLS configuration. " + e.getMessage());
        }
    }

    private static CommandException failed(String name, String reason) {
        return new CommandException("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
    }

    @Override
    public void rewrite() {
        try {
            config.rewrite();
        } catch (IllegalStateException e) {
            throw new CommandException("ERR " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException("ERR Rewriting config file: " + e.getMessage());
        }
    }
}
