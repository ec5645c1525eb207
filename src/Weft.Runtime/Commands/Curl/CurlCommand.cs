namespace Weft.Runtime.Commands.Curl;

/// <summary><c>curl</c> in a container's network, with the options of <see cref="CurlArguments"/> and curl's exit codes.</summary>
internal sealed class CurlCommand : IPodCommand
{
    private const int LargestTyped = 16 << 20;

    public string Name => "curl";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        CurlOptions options;
        try
        {
            options = CurlArguments.Parse(call.Arguments);
        }
        catch (CurlException wrong)
        {
            await call.WriteErrorAsync($"curl: {wrong.Message}\n", cancellationToken);
            return wrong.Code;
        }

        var typed = options.Data.Contains("@-") ? await ReadTypedAsync(call, cancellationToken) : ReadOnlyMemory<byte>.Empty;
        var code = 0;
        foreach (var url in options.Urls)
            code = await TransferAsync(call, options, url, typed, cancellationToken);
        return code;
    }

    private static async Task<int> TransferAsync(CommandCall call, CurlOptions options, string url, ReadOnlyMemory<byte> typed, CancellationToken cancellationToken)
    {
        using var transfer = new CurlTransfer(call, options, typed);
        var code = 0;
        try
        {
            await transfer.RunAsync(url, cancellationToken);
        }
        catch (CurlException failure)
        {
            code = failure.Code;
            if (!options.IsQuiet)
                await call.WriteErrorAsync($"curl: ({code}) {failure.Message}\n", cancellationToken);
        }

        if (options.WriteOut.Length > 0)
            await call.WriteAsync(CurlWriteOut.Format(options.WriteOut, transfer.Result with { ExitCode = code }), cancellationToken);
        return code;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadTypedAsync(CommandCall call, CancellationToken cancellationToken)
    {
        using var typed = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (typed.Length < LargestTyped && (read = await call.Streams.Input.ReadAsync(buffer, cancellationToken)) > 0)
            typed.Write(buffer, 0, read);
        return typed.ToArray();
    }
}
