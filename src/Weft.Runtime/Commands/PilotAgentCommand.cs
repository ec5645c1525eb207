using System.Net.Sockets;

namespace Weft.Runtime.Commands;

/// <summary><c>pilot-agent request GET|POST PATH [BODY]</c>: asks the admin interface of the pod's proxy, for istioctl and scripts.</summary>
internal sealed class PilotAgentCommand : IPodCommand
{
    private static readonly Uri Admin = new("http://localhost:15000/");

    public string Name => "pilot-agent";

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments is not ["request", var method, var path, ..] || call.Arguments.Length > 4)
        {
            await call.WriteErrorAsync("Error: of pilot-agent's commands there is here: pilot-agent request METHOD PATH [BODY]\n", cancellationToken);
            return 1;
        }

        if (!Uri.TryCreate(Admin, path.TrimStart('/'), out var address) || address.Authority != Admin.Authority)
            return await FailAsync(call, $"'{path}' is no path", cancellationToken);
        try
        {
            using var http = new HttpMessageInvoker(CommandHttp.CreateHandler(call, call.Network.DialAsync));
            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), address) { Content = call.Arguments is [.., _, _, _, var body] ? new StringContent(body) : null };
            using var answer = await http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return await FailAsync(call, $"received unsuccessful status code {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}", cancellationToken);
            await answer.Content.CopyToAsync(call.Streams.Output, cancellationToken);
            return 0;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or FormatException)
        {
            return await FailAsync(call, $"failed retrieving: {failure.Message}", cancellationToken);
        }
    }

    private static async Task<int> FailAsync(CommandCall call, string problem, CancellationToken cancellationToken)
    {
        await call.WriteErrorAsync($"Error: {problem.TrimEnd('\n')}\n", cancellationToken);
        return 1;
    }
}
