using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Formatting;

/// <summary>%COMMON_DURATION(START:END:PRECISION)%: the time between two points of a request; nothing while one of them was not reached.</summary>
internal static class CommonDurations
{
    public static CommandOperator Compile(string argument)
    {
        var parts = argument.Split(':');
        if (parts is not [var from, var to, var precision])
        {
            throw new ResourceRejectedException($"operator %COMMON_DURATION({argument})% needs start, end and precision");
        }

        var (start, end, unit) = (Point(from), Point(to), Unit(precision));
        return new CommandOperator(
            stream => stream is HttpExchange exchange && start(exchange) is { } begun && end(exchange) is { } ended && ended >= begun ? CommandOperators.Text((ended - begun).Ticks / unit) : null, IsNumber: true);
    }

    // Since the start of the request. The first byte that is known of a request or response is the end of its head.
    private static Func<HttpExchange, TimeSpan?> Point(string name) => name switch
    {
        "DS_RX_BEG" => _ => TimeSpan.Zero,
        "DS_RX_END" => exchange => exchange.Timing.RequestReceived,
        "US_TX_END" => exchange => exchange.Outgoing?.SentAt is { } sent ? exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp, sent) : null,
        "US_RX_BEG" or "DS_TX_BEG" => exchange => exchange.Timing.ResponseBegun,
        "DS_TX_END" => exchange => ((IStreamInfo)exchange).Duration,
        _ => throw new ResourceRejectedException($"the point of time {name} is not supported"),
    };

    private static long Unit(string precision) => precision switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "us" => TimeSpan.TicksPerMicrosecond,
        _ => throw new ResourceRejectedException($"the precision {precision} is not supported"),
    };
}
