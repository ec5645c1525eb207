using Microsoft.Extensions.Logging;

namespace Weft.Host.Composition;

/// <summary>The process's own log: warnings and worse, on standard error, one line each.</summary>
internal static class HostLoggers
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss ";
        })
        .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
}
