using Microsoft.Extensions.Logging;
using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>Loggers of a part that runs as a container: what it logs stands in the container's log, as it would in a cluster.</summary>
internal sealed class ContainerLoggers(IContainerLog log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new ContainerLogger(log, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("a container's loggers write to its log only");

    public void Dispose()
    {
        // The log is the container's.
    }

    private sealed class ContainerLogger(IContainerLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

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
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };
    }
}
