using Google.Protobuf;
using Weft.Proxy.Formatting;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>An access log that is sent to a service.</summary>
internal sealed record ServiceAccessLog : AccessLogModel
{
    public required LogDestination Destination { get; init; }

    /// <summary>Makes the message of one entry: the request or connection is gone when it is sent.</summary>
    public required Func<IStreamInfo, IMessage> Entry { get; init; }

    protected override void Write(IStreamInfo entry, ProxyContext proxy) => proxy.Logs.For(Destination).Add(Entry(entry));
}
