namespace Weft.Proxy.Forwarding;

/// <summary>When the parts of an exchange were done, since its start; null while they are not. When all of the request had gone upstream, <see cref="OutgoingRequest.SentAt"/> says.</summary>
internal sealed class RequestTiming
{
    /// <summary>The last byte of the request came in.</summary>
    public TimeSpan? RequestReceived { get; set; }

    /// <summary>The head of the response was there.</summary>
    public TimeSpan? ResponseBegun { get; set; }

    /// <summary>All was over: whoever tells of the exchange tells the same.</summary>
    public TimeSpan? Ended { get; set; }
}
