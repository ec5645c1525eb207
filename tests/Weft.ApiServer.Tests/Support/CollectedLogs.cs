using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Weft.ApiServer.Support;

internal sealed record LogLine(LogLevel Level, string Text);

/// <summary>Keeps every line that the server of one test logs, of its own classes and of Kestrel's.</summary>
internal sealed class CollectedLogs : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue(new LogLine(logLevel, formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
