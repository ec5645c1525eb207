namespace Weft.ControlPlane.Distribution;

/// <summary>What a proxy was sent of one resource type and what it said to it, in either protocol. Owned by its connection's loop.</summary>
internal sealed class DeliveryState(string typeUrl)
{
    public string TypeUrl { get; } = typeUrl;

    public string NonceSent { get; private set; } = "";

    public string NonceAcknowledged { get; private set; } = "";

    /// <summary>Why the proxy refused the last response; null when it did not.</summary>
    public string? Error { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>Content hashes of what the proxy holds, by resource name.</summary>
    public Dictionary<string, string> Sent { get; } = [];

    /// <summary>A list of resources all of which the proxy was sent as they are; null when that is not known.</summary>
    public IReadOnlyList<ProxyResource>? Seen { get; set; }

    /// <summary>The resource is to be sent again, though it did not change.</summary>
    public void Forget(string name)
    {
        Sent.Remove(name);
        Seen = null;
    }

    public void RecordSent(string nonce, DateTimeOffset now)
    {
        NonceSent = nonce;
        SentAt = now;
    }

    /// <summary>False when the nonce is not that of the last response.</summary>
    public bool Acknowledge(string nonce, DateTimeOffset now)
    {
        if (nonce != NonceSent)
        {
            return false;
        }

        NonceAcknowledged = nonce;
        Error = null;
        AnsweredAt = now;
        return true;
    }

    public void Refuse(string nonce, string message, DateTimeOffset now)
    {
        if (nonce == NonceSent)
        {
            Error = message;
            AnsweredAt = now;
        }
    }
}
