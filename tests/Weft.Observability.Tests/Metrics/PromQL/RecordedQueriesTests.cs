using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

public sealed class RecordedQueriesTests
{
    [Fact]
    public async Task Every_query_of_Kiali_has_the_answer_that_Prometheus_gave()
    {
        var store = RecordedMesh.LoadStore();
        using var engine = new PromQLEngine(store, new PromQLEngineOptions { Dialect = PromQLDialect.Prometheus3 }, TimeProvider.System);
        var questions = RecordedMesh.LoadQuestions();
        var differences = new List<string>();
        foreach (var question in questions)
        {
            var result = question.Step is { } step
                ? await engine.QueryRangeAsync(question.Query, question.Start, question.End, step, null, TestContext.Current.CancellationToken)
                : await engine.QueryAsync(question.Query, question.End, null, TestContext.Current.CancellationToken);
            if (AnswerComparison.Difference(question.Answer, result) is { } difference)
                differences.Add($"{question.Query} [{question.Start}..{question.End}/{question.Step}]: {difference}");
        }

        Assert.True(questions.Length > 1000);
        Assert.True(differences.Count == 0, $"{differences.Count} of {questions.Length} differ:\n{string.Join('\n', differences.Take(40))}");
    }
}
