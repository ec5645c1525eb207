using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;
using Weft.Runtime.Support;

namespace Weft.Runtime.Pods;

public sealed class PodStatusBuilderTests
{
    /// <summary>States: w waiting, r running, c crash-looping after an error, 0 and 1 ended with that code.</summary>
    [Theory]
    [InlineData("Always", "", "w", "Pending")]
    [InlineData("Always", "", "rw", "Pending")]
    [InlineData("Always", "", "rr", "Running")]
    [InlineData("Always", "", "rc", "Running")]
    [InlineData("Always", "", "c", "Running")]
    [InlineData("Always", "", "0", "Running")]
    [InlineData("Always", "w", "w", "Pending")]
    [InlineData("Always", "c", "w", "Pending")]
    [InlineData("Always", "0", "r", "Running")]
    [InlineData("Never", "1", "w", "Failed")]
    [InlineData("Never", "", "00", "Succeeded")]
    [InlineData("Never", "", "01", "Failed")]
    [InlineData("Never", "", "0r", "Running")]
    [InlineData("OnFailure", "", "1", "Running")]
    [InlineData("OnFailure", "", "0", "Succeeded")]
    public void The_phase_follows_from_the_containers(string policy, string init, string main, string phase) =>
        Assert.Equal(phase, PodStatusBuilder.Phase(PodOf(policy, init), Findings(init, main)));

    [Fact]
    public void Conditions_say_which_containers_are_missing()
    {
        var status = PodStatusBuilder.Build(PodOf("Always", "0w"), Findings("0w", "ww"), new PodStatus(), Make.Now);
        Assert.Equal("containers with incomplete status: [init1]", Conditions.Find(status.Conditions, "Initialized")!.Message);
        Assert.Equal("containers with unready status: [main0 main1]", Conditions.Find(status.Conditions, "Ready")!.Message);
        Assert.Equal("True", Conditions.Find(status.Conditions, "PodScheduled")!.Status);
    }

    [Fact]
    public void A_transition_time_stays_while_the_status_does_and_conditions_of_others_are_kept()
    {
        var pod = PodOf("Always", "");
        pod = pod with { Status = new PodStatus { Conditions = [Make.Condition("example.com/gate", "True")] } };
        var first = PodStatusBuilder.Build(pod, Findings("", "r"), pod.Status, Make.Now);
        var second = PodStatusBuilder.Build(pod, Findings("", "r"), first, Make.Now.AddMinutes(1));
        Assert.True(StatusComparison.AreEqual(first, second));
        Assert.NotNull(Conditions.Find(second.Conditions, "example.com/gate"));
        var third = PodStatusBuilder.Build(pod, Findings("", "c"), second, Make.Now.AddMinutes(2));
        Assert.Equal(Make.Now.AddMinutes(2), Conditions.Find(third.Conditions, "Ready")!.LastTransitionTime);
        Assert.Equal(Make.Now, Conditions.Find(third.Conditions, "Initialized")!.LastTransitionTime);
    }

    [Fact]
    public void A_readiness_gate_that_is_not_true_keeps_the_pod_unready()
    {
        var pod = PodOf("Always", "");
        pod = pod with { Spec = pod.Spec with { ReadinessGates = [new PodReadinessGate { ConditionType = "example.com/gate" }] } };
        var status = PodStatusBuilder.Build(pod, Findings("", "r"), new PodStatus(), Make.Now);
        Assert.Equal("ReadinessGatesNotReady", Conditions.Find(status.Conditions, "Ready")!.Reason);
        Assert.Equal("True", Conditions.Find(status.Conditions, "ContainersReady")!.Status);
    }

    [Fact]
    public void A_container_of_an_earlier_process_has_ended_with_it()
    {
        var container = new Container { Name = "main" };
        var running = Status("main", 'r') with { ContainerID = "weft://1", RestartCount = 4 };
        var recovered = RecoveredStatus.Of(container, running, "ContainerCreating", Make.Now);
        Assert.Equal((255, "Unknown"), (recovered.State!.Terminated!.ExitCode, recovered.State.Terminated.Reason));
        Assert.Equal(4, recovered.RestartCount);
        Assert.Equal("ContainerCreating", RecoveredStatus.Of(container, null, "ContainerCreating", Make.Now).State!.Waiting!.Reason);
    }

    private static Pod PodOf(string policy, string init) => new()
    {
        Spec = new PodSpec { RestartPolicy = policy, InitContainers = [.. init.Select((_, i) => new Container { Name = $"init{i}" })] },
    };

    private static PodFindings Findings(string init, string main) => new()
    {
        Init = States("init", init),
        Main = States("main", main),
        PodIP = "127.9.0.2",
        HostIP = "127.9.0.1",
        StartTime = Make.Now,
    };

    private static ImmutableArray<ContainerStatus> States(string name, string states) => [.. states.Select((state, i) => Status($"{name}{i}", state))];

    private static ContainerStatus Status(string name, char state)
    {
        var waiting = new ContainerState { Waiting = new ContainerStateWaiting { Reason = "x" } };
        var status = new ContainerStatus { Name = name, Ready = state == 'r', Started = state == 'r' };
        return state switch
        {
            'w' => status with { State = waiting },
            'c' => status with { State = waiting, LastState = Ended(1) },
            'r' => status with { State = new ContainerState { Running = new ContainerStateRunning { StartedAt = Make.Now } } },
            _ => status with { State = Ended(state - '0') },
        };
    }

    private static ContainerState Ended(int exitCode) => new() { Terminated = new ContainerStateTerminated { ExitCode = exitCode } };
}
