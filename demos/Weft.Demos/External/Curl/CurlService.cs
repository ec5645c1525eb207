using System.Net.Sockets;
using System.Security.Authentication;
using Weft.Demos.Hosting;

namespace Weft.Demos.External.Curl;

/// <summary>
/// Image <c>curlimages/curl</c>: runs the pod's command, which may be curl, sleep, or <c>sh -c</c> with a script of these. Each call is a connection of its own, as each run of curl is.
/// </summary>
internal sealed class CurlService : IDemoWorkload
{
    private const int NotFound = 127;
    private const int BadUse = 2;

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        try
        {
            var script = Script([.. context.Command.Count > 0 ? context.Command : ["curl"], .. context.Arguments]);
            using var http = DemoHttpClient.CreateUnpooled(context);
            return await RunAsync(script, context, http, cancellationToken);
        }
        catch (CurlScriptException error)
        {
            context.Log(error.Message);
            return error.Message.StartsWith("curl:", StringComparison.Ordinal) ? BadUse : NotFound;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static CurlScript Script(string[] command) => command switch
    {
        ["sh" or "/bin/sh" or "bash" or "/bin/bash", "-c", var script, ..] => CurlScript.Parse(script),
        _ => new CurlScript([CurlScript.Step(command)], []),
    };

    /// <returns>The exit code of the last call.</returns>
    private static async Task<int> RunAsync(CurlScript script, DemoContext context, HttpClient http, CancellationToken cancellationToken)
    {
        var exit = 0;
        foreach (var step in script.Once)
        {
            exit = await RunAsync(step, context, http, cancellationToken);
        }

        while (script.Forever.Count > 0)
        {
            foreach (var step in script.Forever)
            {
                await RunAsync(step, context, http, cancellationToken);
            }

            // A loop without a call or a pause would never give way.
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return exit;
    }

    private static async Task<int> RunAsync(CurlStep step, DemoContext context, HttpClient http, CancellationToken cancellationToken)
    {
        if (step.Call is { } call)
        {
            return await CallAsync(call, context, http, cancellationToken);
        }

        await Task.Delay(step.Pause, context.Time, cancellationToken);
        return 0;
    }

    /// <returns>curl's exit code.</returns>
    private static async Task<int> CallAsync(CurlCall call, DemoContext context, HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(call);
            Show(context, call.IsVerbose, "> ", $"{call.Method} {call.Url.PathAndQuery} HTTP/1.1", request.Headers);
            using var answer = await http.SendAsync(request, cancellationToken);
            var status = $"HTTP/{answer.Version} {(int)answer.StatusCode} {answer.ReasonPhrase}";
            Show(context, call.IsVerbose, "< ", status, answer.Headers.Concat(answer.Content.Headers));
            Show(context, call.ShowsHeaders, "", status, answer.Headers.Concat(answer.Content.Headers));
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (call.ShowsBody && body.Length > 0)
            {
                context.Log(body.TrimEnd('\n'));
            }

            return 0;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var (code, reason) = Reason(error);
            context.Log($"curl: ({code}) {call.Url.Host}:{call.Url.Port}: {reason}");
            return code;
        }
    }

    private static HttpRequestMessage Request(CurlCall call)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Url);
        request.Headers.TryAddWithoutValidation("Host", call.Url.IsDefaultPort ? call.Url.Host : call.Url.Authority);
        if (call.Body is not null)
        {
            request.Content = new StringContent(call.Body, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        foreach (var (name, value) in (IEnumerable<(string, string)>)[("User-Agent", "curl/8.1.2"), ("Accept", "*/*"), .. call.Headers])
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static void Show(DemoContext context, bool wanted, string mark, string first, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        if (wanted)
        {
            context.Log(mark + first);
            foreach (var (name, values) in headers)
            {
                context.Log($"{mark}{name}: {string.Join(", ", values)}");
            }
        }
    }

    private static (int Code, string Reason) Reason(Exception error) => error switch
    {
        HttpRequestException { InnerException: AuthenticationException tls } => (60, tls.Message),
        HttpRequestException { InnerException: SocketException socket } => (7, socket.Message),
        OperationCanceledException => (28, "no answer in time"),
        _ => (56, error.Message),
    };
}
