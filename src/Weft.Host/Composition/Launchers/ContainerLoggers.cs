using Microsoft.Extensions.Logging;
using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>Loggers of a part that runs as a container: what it logs stands in the container's log, warnings also in Weft's own.</summary>
internal sealed class ContainerLoggers(ILoggerFactory host, IContainerLog log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new ContainerLogger(host.CreateLogger(categoryName), log, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("a container's loggers write to its log only");

    public void Dispose()
    {
        // The host's loggers stay the host's.
    }

    private sealed class ContainerLogger(ILogger host, IContainerLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => host.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var text = $"{Word(logLevel)}\t{name}\t{formatter(state, exception)}";
            foreach (var line in (exception is null ? text : $"{text}: {exception.Message}").Split('\n'))
            {
                log.Write(ContainerStream.Stdout, line);
            }

            host.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };
    }
}
