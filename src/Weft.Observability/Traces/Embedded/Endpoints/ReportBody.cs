using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>A report that cannot be taken, with the HTTP status that says why.</summary>
internal sealed class ReportException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>Reads a body whole, compressed or not, within a limit.</summary>
internal static class ReportBody
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new byte[16 * 1024];
        var length = 0;
        try
        {
            int count;
            while ((count = await stream.ReadAsync(body.AsMemory(length), cancellationToken)) > 0)
            {
                length += count;
                if (length > maxBytes)
                    throw new ReportException(StatusCodes.Status413PayloadTooLarge, $"the report exceeds {maxBytes} bytes");
                if (length == body.Length)
                    Array.Resize(ref body, 2 * length);
            }
        }
        catch (InvalidDataException cause)
        {
            throw new ReportException(StatusCodes.Status400BadRequest, $"the compressed body is damaged: {cause.Message}");
        }
        catch (BadHttpRequestException cause)
        {
            throw new ReportException(cause.StatusCode, cause.Message);
        }

        return body.AsMemory(0, length);
    }
}
