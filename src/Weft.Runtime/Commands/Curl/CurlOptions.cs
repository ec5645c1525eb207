using System.Collections.Immutable;

namespace Weft.Runtime.Commands.Curl;

/// <summary>What one call of curl asks for.</summary>
internal sealed record CurlOptions
{
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Null: as the body or <see cref="Head"/> imply.</summary>
    public string? Method { get; init; }

    /// <summary><c>Name: value</c>, <c>Name;</c> for an empty one, <c>Name:</c> to leave one out.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>What <c>-d</c> gave, in order; a part <c>@-</c> is what is typed.</summary>
    public ImmutableArray<string> Data { get; init; } = [];

    public bool Get { get; init; }

    public bool Head { get; init; }

    public bool Include { get; init; }

    public bool Verbose { get; init; }

    public bool Silent { get; init; }

    public bool ShowError { get; init; }

    public bool Insecure { get; init; }

    public bool Follow { get; init; }

    public bool Fail { get; init; }

    /// <summary>Null: standard output.</summary>
    public string? Output { get; init; }

    public string WriteOut { get; init; } = "";

    public string UserAgent { get; init; } = "curl/8.5.0";

    public string? User { get; init; }

    /// <summary><c>HOST:PORT:ADDRESS</c>.</summary>
    public ImmutableArray<string> Resolve { get; init; } = [];

    public TimeSpan? ConnectTimeout { get; init; }

    public TimeSpan? MaxTime { get; init; }

    public CurlHttp Http { get; init; }

    public int MaxRedirects { get; init; } = 50;

    public bool IsQuiet => Silent && !ShowError;
}

/// <summary>The version of HTTP that is asked for.</summary>
internal enum CurlHttp
{
    /// <summary>HTTP/1.1, and HTTP/2 where TLS agrees on it.</summary>
    Default,
    Http11,
    Http2PriorKnowledge,
}

/// <summary>curl gives up: its exit code and what it says.</summary>
internal sealed class CurlException(int code, string message, Exception? inner = null) : Exception(message, inner)
{
    public const int Unsupported = 1;
    public const int Usage = 2;
    public const int BadUrl = 3;
    public const int CannotResolve = 6;
    public const int CannotConnect = 7;
    public const int HttpError = 22;
    public const int CannotWrite = 23;
    public const int TimedOut = 28;
    public const int TlsFailed = 35;
    public const int TooManyRedirects = 47;
    public const int Nothing = 52;
    public const int CannotReceive = 56;
    public const int NotTrusted = 60;

    public int Code { get; } = code;
}
