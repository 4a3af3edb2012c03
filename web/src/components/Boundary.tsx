import { Component, type ReactNode } from "react";

import { Failure } from "./Failure";

interface Props {
  /** Where the page is; going elsewhere starts afresh. */
  at: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
  at: string;
}

/** Keeps the way around usable when a page fails to draw, as after an update that removed its code. */
export class Boundary extends Component<Props, State> {
  override state: State = { error: null, at: this.props.at };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ at }: Props, state: State): Partial<State> | null {
    return at === state.at ? null : { error: null, at };
  }

  override render() {
    const { error } = this.state;
    return error ? <Failure error={error} again={() => window.location.reload()} /> : this.props.children;
  }
}
