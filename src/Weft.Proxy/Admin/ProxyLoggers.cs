using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Weft.Proxy.Admin;

/// <summary>
/// A proxy's loggers under Envoy's names, with levels that can be changed while it runs (/logging). What the host's loggers do not take, because
/// their own level is higher, goes to the container's output. Safe for any thread.
/// </summary>
internal sealed class ProxyLoggers(ILoggerFactory host, Action<string> sink) : ILoggerFactory
{
    public const LogLevel DefaultLevel = LogLevel.Information;

    // By namespace, longest first; the rest is "main".
    private static readonly (string Prefix, string Name)[] Names =
    [
        ("Weft.Proxy.Subscriptions", "config"),
        ("Weft.Proxy.Listeners", "conn_handler"),
        ("Weft.Proxy.Clusters", "upstream"),
        ("Weft.Proxy.Forwarding", "router"),
        ("Weft.Proxy.Filters", "filter"),
        ("Weft.Proxy.Tracing", "tracing"),
        ("Weft.Proxy.Admin", "admin"),
        ("Weft.Proxy.Tls", "secret"),
        ("Microsoft", "http"),
    ];

    private static readonly (string Word, LogLevel Level)[] Levels =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
        ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("off", LogLevel.None),
    ];

    private readonly ConcurrentDictionary<string, LogLevel> _levels = new(
        Names.Select(entry => entry.Name).Append("main").Select(name => KeyValuePair.Create(name, DefaultLevel)), StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => new ProxyLogger(this, NameOf(categoryName), host.CreateLogger(categoryName), sink);

    public void AddProvider(ILoggerProvider provider) => host.AddProvider(provider);

    public void Dispose()
    {
        // The host's loggers are the host's.
    }

    /// <summary>Envoy's page.</summary>
    public string Describe()
    {
        var text = new StringBuilder("active loggers:\n");
        foreach (var (name, level) in _levels.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append("  ").Append(name).Append(": ").Append(Levels.First(entry => entry.Level == level).Word).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Sets one logger, or all by the name <c>level</c>.</summary>
    /// <returns>False when there is no such logger or level.</returns>
    public bool TrySet(string logger, string word)
    {
        var found = Levels.FirstOrDefault(entry => entry.Word == word || (entry.Word == "warning" && word == "warn"));
        if (found.Word is null || (logger != "level" && !_levels.ContainsKey(logger)))
        {
            return false;
        }

        foreach (var name in logger == "level" ? _levels.Keys : [logger])
        {
            _levels[name] = found.Level;
        }

        return true;
    }

    private static string NameOf(string category) =>
        Names.FirstOrDefault(entry => category.StartsWith(entry.Prefix, StringComparison.Ordinal)).Name ?? "main";

    private bool IsEnabled(string name, LogLevel level) => level != LogLevel.None && level >= _levels[name];

    private sealed class ProxyLogger(ProxyLoggers loggers, string name, ILogger host, Action<string> sink) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => host.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => loggers.IsEnabled(name, logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            if (logLevel >= DefaultLevel)
            {
                host.Log(logLevel, eventId, state, exception, formatter);
            }
            else
            {
                sink($"{Levels.First(entry => entry.Level == logLevel).Word}\t{name}\t{formatter(state, exception)}");
            }
        }
    }
}
